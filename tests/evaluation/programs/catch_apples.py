import random

import pygame

WIDTH, HEIGHT = 480, 600


def new_apple():
    return pygame.Rect(random.randint(0, WIDTH - 24), -24, 24, 24)


def main():
    pygame.init()
    screen = pygame.display.set_mode((WIDTH, HEIGHT))
    pygame.display.set_caption("接苹果")
    font = pygame.font.Font(None, 36)
    clock = pygame.time.Clock()
    basket = pygame.Rect(WIDTH // 2 - 50, HEIGHT - 40, 100, 24)
    apple = new_apple()
    score = 0
    while True:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                pygame.quit()
                return
        keys = pygame.key.get_pressed()
        if keys[pygame.K_LEFT]:
            basket.x -= 6
        if keys[pygame.K_RIGHT]:
            basket.x += 6
        basket.clamp_ip(screen.get_rect())
        apple.y += 5
        if apple.colliderect(basket):
            score += 1
            apple = new_apple()
        elif apple.top > HEIGHT:
            apple = new_apple()
        screen.fill((200, 230, 255))
        pygame.draw.rect(screen, (140, 90, 40), basket)
        pygame.draw.ellipse(screen, (220, 30, 30), apple)
        screen.blit(font.render(f"Score: {score}", True, (0, 0, 0)), (10, 10))
        pygame.display.flip()
        clock.tick(60)


if __name__ == "__main__":
    main()
